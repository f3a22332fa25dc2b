from lore.admin import claims, images, pages, works

__all__ = ["claims", "images", "pages", "works"]
