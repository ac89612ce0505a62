from django.apps import AppConfig


class NetworksConfig(AppConfig):
    name = "itac.networks"
    label = "networks"
