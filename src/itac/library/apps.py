from django.apps import AppConfig


class LibraryConfig(AppConfig):
    name = "itac.library"
    label = "library"

    def ready(self) -> None:
        """Uploads that wait for their facts are freed of private data as pictures are."""
        from django.db.models.signals import pre_save

        from itac.library.stripping import strip_upload

        pre_save.connect(strip_upload, sender="wagtailcore.UploadedFile", dispatch_uid="strip_upload")
