"""Uploads: checked by what they are, stored under what they contain, served to who may see their place.

A type that takes files says who may attach them, with `rules(AgendaItem, attach=may_set_agenda)` in its
policy, and which rights show the buttons, with `files_need = "steer"` in its class. It lists them with
`files = children("File", "AgendaItem")`, and its fragment includes `files/_list.html`.
"""
