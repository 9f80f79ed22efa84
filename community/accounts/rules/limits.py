"""How long, how many, for how long."""

import datetime as dt

PASSWORD_SHORTEST, PASSWORD_LONGEST = 10, 200  # code points
EMAIL_LONGEST = 254
NAME_LONGEST = 120
PRONOUNS_LONGEST, ORGANISATION_LONGEST, PLACE_LONGEST, LANGUAGES_LONGEST = 40, 120, 80, 120
ABOUT_LONGEST = 2_000
SEARCH_LONGEST, MOST_TERMS = 120, 5  # of every search for people
LABEL_LONGEST = 80
CREDENTIAL_LONGEST = 1_366  # base64url of the 1,023 bytes WebAuthn allows the id of a passkey
NEXT_LONGEST = 2_000
SIGN_IN_DAYS = 30
ABSENCE = dt.timedelta(days=3)  # who was not seen for so long was away
TOKEN_LONGEST_DAYS = 365
MAX_TOKENS = 50  # a person's API tokens in force
MAX_SIGN_INS = 50  # a person's open sign-ins that are listed; more make the oldest end

VERIFY_LASTS = dt.timedelta(days=3)
RESET_LASTS = dt.timedelta(hours=1)
CHANGE_LASTS = dt.timedelta(days=1)
UNDO_LASTS = dt.timedelta(days=7)
REGISTRATION_LASTS = dt.timedelta(days=3)
FORMER_NAME = "Former member"  # of whoever deleted their account
