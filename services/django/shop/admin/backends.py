"""How people of the back office log in to the admin site: as in the API, with the same limit."""

from typing import Any
from uuid import UUID

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest
from pydantic import ValidationError

from shop.accounts.models import Role, User
from shop.accounts.schemas import Login
from shop.accounts.services import authenticate
from shop.http.problems import InvalidCredentials, RateLimited


class StaffBackend(BaseBackend):
    """Knows the shop's own accounts; whose role is not admin is nobody."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        try:
            login = Login(email=credentials["username"], password=credentials["password"])
            user = authenticate(email=login.email, password=login.password)
        except (ValidationError, InvalidCredentials, RateLimited):
            return None
        return user if user.is_staff else None

    def get_user(self, user_id: UUID) -> User | None:
        """Return the user of a session, who may have lost the role since."""
        return User.objects.filter(pk=user_id, role=Role.ADMIN).first()
