from lore.admin import claims, images, pages, suggestions, ties, works

__all__ = ["claims", "images", "pages", "suggestions", "ties", "works"]
