"""Evidence on its way to a browser: never a page of ours."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from handlers.cases import api as cases
from webapp.errorpages import lost_file


def as_download(request: HttpRequest, file: cases.EvidenceFile | None) -> HttpResponseBase:
    """The file: pictures are shown, everything else is saved; none is 404, a lost one 410."""
    if file is None:
        raise Http404
    if file.data is None:
        return lost_file(request, file.name)
    response = HttpResponse(file.data, content_type=file.media_type)
    disposition = content_disposition_header(as_attachment=not file.inline, filename=file.name)
    response.headers["Content-Disposition"] = disposition or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response
