"""What one does with live sessions and in their rooms."""

from collections.abc import Mapping

from architecture.acts.parts import (
    CALLED_OFF,
    CLIENT,
    HAND,
    LIVE,
    PAGE,
    SCHEDULED,
    SEES_SESSION,
    SPACE,
    Act,
    edit_fields,
    fixed,
    own_or,
    session_fields,
    tomorrow,
)
from architecture.surfaces.seeing import in_session, in_space, sees_space

from community.live.policy import (
    may_call_off_session,
    may_edit_session,
    may_end_session,
    may_lower_any_hand,
    may_post_message,
    may_raise_hand,
    may_schedule_session,
    may_set_video_link,
    may_start_session,
)

ACTS: Mapping[str, Act] = {
    # ---------- over JSON
    "live_api.schedule": Act(
        "owner", SPACE, session_fields, sees_space, in_space(may_schedule_session)
    ),
    "live_api.edit": Act(
        "owner", SCHEDULED, edit_fields, SEES_SESSION, in_session(may_edit_session)
    ),
    "live_api.move": Act(
        "owner",
        SCHEDULED,
        lambda _side: {"local_at": tomorrow(), "edition": 0},
        SEES_SESSION,
        in_session(may_edit_session),
    ),
    "live_api.call_off": Act(
        "owner",
        SCHEDULED,
        fixed(reason="The host is ill."),
        SEES_SESSION,
        in_session(may_call_off_session),
    ),
    "live_api.reinstate": Act(
        "owner",
        CALLED_OFF,
        lambda _side: {"local_at": tomorrow()},
        SEES_SESSION,
        in_session(may_call_off_session),
    ),
    "live_api.video_link": Act(
        "owner",
        SCHEDULED,
        fixed(url="https://video.example.org/x"),
        SEES_SESSION,
        in_session(may_set_video_link),
    ),
    "live_api.start": Act("owner", SCHEDULED, sees=SEES_SESSION, may=in_session(may_start_session)),
    "live_api.end": Act("owner", LIVE, sees=SEES_SESSION, may=in_session(may_end_session)),
    "live_api.say": Act(
        "member", LIVE, fixed(body="Hello"), SEES_SESSION, in_session(may_post_message)
    ),
    "live_api.raise_hand": Act(
        "member", LIVE, fixed(client_id=CLIENT), SEES_SESSION, in_session(may_raise_hand)
    ),
    "live_api.lower_hand": Act("owner", HAND, sees=SEES_SESSION, may=own_or(may_lower_any_hand)),
    # ---------- by form
    "live.new_session": Act(
        "owner", PAGE, session_fields, sees_space, in_space(may_schedule_session)
    ),
    "live.say": Act(
        "member", LIVE, fixed(body="Hello", nonce="a"), SEES_SESSION, in_session(may_post_message)
    ),
    "live.raise_hand": Act("member", LIVE, sees=SEES_SESSION, may=in_session(may_raise_hand)),
    "live.lower_hand": Act("owner", HAND, sees=SEES_SESSION, may=own_or(may_lower_any_hand)),
    "live.start": Act("owner", SCHEDULED, sees=SEES_SESSION, may=in_session(may_start_session)),
    "live.end": Act("owner", LIVE, sees=SEES_SESSION, may=in_session(may_end_session)),
    "live.edit": Act("owner", SCHEDULED, edit_fields, SEES_SESSION, in_session(may_edit_session)),
    "live.move": Act(
        "owner",
        SCHEDULED,
        lambda _side: {"local_at": tomorrow(), "edition": 0},
        SEES_SESSION,
        in_session(may_edit_session),
    ),
    "live.call_off": Act(
        "owner",
        SCHEDULED,
        fixed(reason="The host is ill."),
        SEES_SESSION,
        in_session(may_call_off_session),
    ),
    "live.reinstate": Act(
        "owner",
        CALLED_OFF,
        lambda _side: {"local_at": tomorrow()},
        SEES_SESSION,
        in_session(may_call_off_session),
    ),
    "live.video_link": Act(
        "owner",
        SCHEDULED,
        fixed(url="https://video.example.org/x"),
        SEES_SESSION,
        in_session(may_set_video_link),
    ),
}
