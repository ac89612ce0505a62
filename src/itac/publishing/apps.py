from django.apps import AppConfig


class PublishingConfig(AppConfig):
    name = "itac.publishing"
    label = "publishing"
