"""The desktop application and the command line of Loadpath.

May import Qt and `models`. Inside, imports point down only: main_window > dialogs | panels | plots | canvas (never each
other: they meet through the document, the selection and the actions) > actions > background > document > settings,
theme, translation, resources. `app.cli` imports no Qt unless it draws.
"""
