"""LOAD: file -> PageImage. Knows file formats and limits; must not know forms."""
