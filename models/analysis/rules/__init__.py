"""The rules, one file each, by family. A rule imports what `models.analysis` shares and never another rule."""
