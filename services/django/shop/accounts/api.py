"""Registration, log-in and tokens."""

from django.http import HttpRequest, HttpResponse
from ninja import Router

from shop.accounts import services
from shop.accounts.models import User
from shop.accounts.schemas import Login, Refresh, Register, TokenPair, UserOut
from shop.http.auth import Caller, CallerRequest, customer, issue_token
from shop.http.problems import InvalidRefreshToken, Unauthenticated

router = Router()


@router.post("/auth/register", response={201: UserOut})
def register(request: HttpRequest, response: HttpResponse, body: Register) -> User:
    user = services.create_user(email=body.email, password=body.password, name=body.name)
    response["Location"] = "/me"
    return user


@router.post("/auth/login", response=TokenPair)
def login(request: HttpRequest, body: Login) -> TokenPair:
    """Open a session and give its first pair of tokens."""
    user = services.authenticate(email=body.email, password=body.password)
    token = services.open_session(user)
    return TokenPair(access_token=issue_token(Caller(user.pk, user.role)), refresh_token=token)


@router.post("/auth/refresh", response=TokenPair)
def refresh_token(request: HttpRequest, body: Refresh) -> TokenPair:
    """Exchange a refresh token for a new pair in the same session."""
    rotated = services.rotate(body.refresh_token)
    if rotated is None:
        raise InvalidRefreshToken
    caller, token = rotated
    return TokenPair(access_token=issue_token(caller), refresh_token=token)


@router.post("/auth/logout", response={204: None})
def logout(request: HttpRequest, body: Refresh) -> None:
    services.revoke(body.refresh_token)


@router.api_operation(["GET", "HEAD"], "/me", auth=customer, response=UserOut)
def get_me(request: CallerRequest) -> User:
    """Read the caller, as the database has it now."""
    user = User.objects.filter(pk=request.auth.id).first()
    if user is None:
        raise Unauthenticated
    return user
