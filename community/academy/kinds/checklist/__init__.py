"""The kind ``checklist``: things to do away from the screen, ticked off one by one."""
