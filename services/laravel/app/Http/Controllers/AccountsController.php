<?php

declare(strict_types=1);

namespace App\Http\Controllers;

use App\Auth\AccessTokens;
use App\Auth\Caller;
use App\Auth\Passwords;
use App\Auth\Sessions;
use App\Enums\ProblemCode;
use App\Exceptions\Problem;
use App\Http\Requests\LoginRequest;
use App\Http\Requests\RefreshTokenRequest;
use App\Http\Requests\RegisterRequest;
use App\Http\Resources\UserResource;
use App\Models\User;
use App\Support\RateLimit;
use Illuminate\Auth\AuthenticationException;
use Illuminate\Container\Attributes\CurrentUser;
use Illuminate\Http\JsonResponse;
use Illuminate\Http\Response;
use Illuminate\Support\Facades\DB;

final class AccountsController
{
    public function __construct(private readonly AccessTokens $tokens)
    {
    }

    public function register(RegisterRequest $request): JsonResponse
    {
        $values = [strtolower($request->text('email')), Passwords::hash($request->text('password')), $request->text('name')];
        $user = DB::transaction(fn (): ?User => User::query()->fromQuery(
            'INSERT INTO users (email, password_hash, name) VALUES (?, ?, ?) ON CONFLICT (email) DO NOTHING
             RETURNING '.implode(', ', User::COLUMNS),
            $values,
        )->first()) ?? throw new Problem(ProblemCode::EmailTaken);

        return new JsonResponse(UserResource::make($user), 201, ['Location' => '/me']);
    }

    public function login(LoginRequest $request): JsonResponse
    {
        $email = strtolower($request->text('email'));
        RateLimit::Login->take(hash('sha256', $email));
        $user = User::query()->select([...User::COLUMNS, 'password_hash'])->where('email', $email)->first();
        if (! Passwords::matches($request->text('password'), $user?->password_hash) || $user === null) {
            throw new Problem(ProblemCode::InvalidCredentials);
        }

        return $this->tokens($user, Sessions::open($user));
    }

    public function refreshToken(RefreshTokenRequest $request): JsonResponse
    {
        [$user, $next] = Sessions::next($request->text('refresh_token')) ?? throw new Problem(ProblemCode::InvalidRefreshToken);

        return $this->tokens($user, $next);
    }

    public function logout(RefreshTokenRequest $request): Response
    {
        Sessions::revoke($request->text('refresh_token'));

        return new Response(status: 204);
    }

    public function getMe(#[CurrentUser] Caller $caller): JsonResponse
    {
        $user = User::query()->select(User::COLUMNS)->find($caller->id) ?? throw new AuthenticationException;

        return new JsonResponse(UserResource::make($user));
    }

    private function tokens(User $user, string $refreshToken): JsonResponse
    {
        return new JsonResponse([
            'access_token' => $this->tokens->issue($user->caller()),
            'token_type' => 'Bearer',
            'expires_in' => AccessTokens::LIFETIME,
            'refresh_token' => $refreshToken,
        ]);
    }
}
