from django.apps import AppConfig


class WebsiteConfig(AppConfig):
    name = "itac.website"
    label = "website"
