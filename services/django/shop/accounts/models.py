"""Users, their sessions, and the limits of what they may do."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from shop.accounts.passwords import verify_password
from shop.db.fields import MomentField, ShopModel
from shop.db.functions import TransactionTime, length_between


class Role(models.TextChoices):
    CUSTOMER = "customer"
    ADMIN = "admin"


class UserManager(BaseUserManager["User"]):
    """Finds users by their address, in lower case as it is stored."""


class User(AbstractBaseUser, ShopModel):
    """What the API needs, and Django's admin site: back-office staff are the users of role admin."""

    email = models.TextField()
    password = models.TextField(db_column="password_hash")
    name = models.TextField()
    role = models.TextField(choices=Role, db_default=Role.CUSTOMER)
    created_at = MomentField(db_default=TransactionTime(), editable=False)
    last_login = None

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        db_table = "users"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["email"], name="users_email_key"),
            models.CheckConstraint(
                name="users_email_ck",
                condition=models.Q(email=Lower("email"))
                & models.Q(email__regex="^[!-~]+@[!-~]+$")
                & length_between("email", 0, 254),
            ),
            models.CheckConstraint(name="users_name_ck", condition=length_between("name", 1, 100, "char_length")),
            models.CheckConstraint(name="users_role_ck", condition=models.Q(role__in=Role.values)),
        ]

    def check_password(self, raw_password: str | None) -> bool:
        """Tell whether this is the password; Django's own hashers would write another form of hash (AUTH-3)."""
        return verify_password(self.password, raw_password or "")

    @property
    def is_staff(self) -> bool:
        return self.role == Role.ADMIN

    def has_perm(self, _perm: str, _obj: object = None) -> bool:
        return self.is_staff

    def has_module_perms(self, _app_label: str) -> bool:
        return self.is_staff


class Session(ShopModel):
    """One a log-in: a family of refresh tokens."""

    user = models.ForeignKey(User, models.CASCADE, related_name="sessions", db_constraint=False, db_index=False)
    revoked_at = MomentField(null=True)
    created_at = MomentField(db_default=TransactionTime(), editable=False)

    class Meta:
        db_table = "sessions"


class RefreshToken(ShopModel):
    session = models.ForeignKey(Session, models.CASCADE, related_name="tokens", db_constraint=False, db_index=False)
    token_hash = models.TextField()
    expires_at = MomentField()
    used_at = MomentField(null=True)

    class Meta:
        db_table = "refresh_tokens"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["token_hash"], name="refresh_tokens_hash_key"),
            models.CheckConstraint(
                name="refresh_tokens_hash_ck",
                condition=models.Q(token_hash__regex="^[0-9a-f]{64}$"),  # noqa: S106 - a form, no secret
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["session"], name="refresh_tokens_session_idx")]


class RateLimit(models.Model):
    """When the next request of a key would be on time; rate_take() of functions.sql alone reads and writes it."""

    key = models.TextField(primary_key=True)
    tat = models.DateTimeField()

    class Meta:
        db_table = "rate_limits"

    def __str__(self) -> str:
        return self.key
