from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "itac.demo"
    label = "demo"
