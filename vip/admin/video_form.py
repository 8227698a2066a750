"""The form of a video: what is uploaded is judged by its content."""

from typing import Any

from django import forms
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile

from project.words import clean_words
from vip.films import (
    PICTURE_BYTES_MAX,
    UPLOAD_BYTES_MAX,
    Film,
    NotFilm,
    NotPicture,
    make_thumbnail,
    read_film,
)
from vip.models import TITLE_LENGTH_MAX, Video
from vip.services import clean_tags


class VideoForm(forms.ModelForm):  # type: ignore[type-arg]
    film: Film | None = None

    class Meta:
        model = Video
        fields = ("upload", "thumbnail", "number", "title", "tags", "is_active")
        labels = {"upload": "Video file", "thumbnail": "Preview picture"}
        help_texts = {
            "upload": "An MP4 of at most 50 MB. It goes to Telegram when it is first sent.",
            "thumbnail": "Optional; made small enough for Telegram. Goes along with an upload.",
        }

    def clean_upload(self) -> Any:
        file = self.cleaned_data.get("upload")
        if not isinstance(file, UploadedFile):
            if not file and not self.instance.file_id:
                raise forms.ValidationError("Choose a video file.")
            return file
        if (file.size or 0) > UPLOAD_BYTES_MAX:
            raise forms.ValidationError("The file is larger than 50 MB.")
        try:
            self.film = read_film(file)
        except NotFilm:
            raise forms.ValidationError("This is not an MP4 video.") from None
        known = Video.objects.filter(content_hash=self.film.content_hash)
        known = known.exclude(pk=self.instance.pk)
        if (video := known.first()) is not None:
            raise forms.ValidationError(f"This very file is there already: No. {video.number}.")
        file.name = f"{self.film.content_hash[:32]}.mp4"
        return file

    def clean_thumbnail(self) -> Any:
        file = self.cleaned_data.get("thumbnail")
        if not isinstance(file, UploadedFile):
            return file
        if (file.size or 0) > PICTURE_BYTES_MAX:
            raise forms.ValidationError("The picture is larger than 5 MB.")
        try:
            return ContentFile(make_thumbnail(file), name="thumbnail.jpg")
        except NotPicture:
            raise forms.ValidationError("This is not a picture.") from None

    def clean_title(self) -> str:
        return clean_words(self.cleaned_data["title"], TITLE_LENGTH_MAX)

    def clean_tags(self) -> str:
        return clean_tags(self.cleaned_data["tags"])

    def save(self, commit: bool = True) -> Any:
        """What the film says of itself goes onto the video."""
        if self.film is not None:
            self.instance.seconds = self.film.seconds
            self.instance.width, self.instance.height = self.film.width, self.film.height
            self.instance.content_hash = self.film.content_hash
            self.instance.bytes = self.cleaned_data["upload"].size or 0
        return super().save(commit)
