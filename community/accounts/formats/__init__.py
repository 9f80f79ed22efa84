"""What comes in from outside: pictures, codes of apps, the ceremonies of passkeys."""
