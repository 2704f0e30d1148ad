"""Logging in and out, and the two switches."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.http import require_POST

from processes import queries
from webapp.access import is_buyer, is_staff_member
from webapp.accounts import demo, throttle
from webapp.accounts.forms import LoginForm
from webapp.accounts.models import Theme
from webapp.accounts.preferences import recall, remember_language, remember_theme


class Login(LoginView):
    """The login page; in a demo it shows who there is."""

    template_name = "accounts/login.html"
    authentication_form = LoginForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the people of the demo."""
        if settings.ENV == "demo":
            kwargs |= {"demo_logins": demo.LOGINS, "demo_password": demo.PASSWORD}
        return super().get_context_data(**kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        """Log in, and bring the account's language and theme along."""
        response = super().form_valid(form)
        recall(response, form.get_user())
        throttle.forget(self.request, form.cleaned_data["username"])
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        """Show the form again; 429 to whoever guesses."""
        status = 429 if form.tried_too_often else 200
        return self.render_to_response(self.get_context_data(form=form), status=status)


def home(request: HttpRequest) -> HttpResponse:
    """Everybody's first page: for staff their own tasks, or what waits for somebody to take it."""
    if is_buyer(request.user):
        return redirect("portal:orders")
    if not is_staff_member(request.user):
        return redirect("accounts:login")
    busy = queries.count_mine(request.user.get_username(), cap=1)
    return redirect(reverse("inbox:list") + ("" if busy else "?tab=group"))


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Speak another language to this visitor."""
    response = _back(request)
    language = request.POST.get("language", "")
    if check_for_language(language) and language in dict(settings.LANGUAGES):
        remember_language(response, language)
        _store(request, "language", language)
    return response


@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Show another theme to this visitor."""
    response = _back(request)
    theme = request.POST.get("theme", "")
    if theme in Theme.values:
        remember_theme(response, theme)
        _store(request, "theme", theme)
    return response


def _store(request: HttpRequest, field: str, value: str) -> None:
    user = request.user
    if user.is_authenticated:
        setattr(user, field, value)
        user.save(update_fields=[field])


def _back(request: HttpRequest) -> HttpResponseRedirect:
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        target = "/"
    return HttpResponseRedirect(target)
