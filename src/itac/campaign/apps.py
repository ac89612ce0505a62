from django.apps import AppConfig


class CampaignConfig(AppConfig):
    name = "itac.campaign"
    label = "campaign"
