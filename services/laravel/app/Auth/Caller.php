<?php

declare(strict_types=1);

namespace App\Auth;

use App\Enums\Role;
use Illuminate\Contracts\Auth\Authenticatable;

/** Who asks, as the access token says; nothing of it was read from the database. */
final class Caller implements Authenticatable
{
    /** @param  non-empty-string  $id */
    public function __construct(public readonly string $id, public readonly Role $role)
    {
    }

    public function isAdmin(): bool
    {
        return $this->role === Role::Admin;
    }

    public function getAuthIdentifierName(): string
    {
        return 'id';
    }

    public function getAuthIdentifier(): string
    {
        return $this->id;
    }

    public function getAuthPasswordName(): string
    {
        return '';
    }

    public function getAuthPassword(): string
    {
        return '';
    }

    public function getRememberToken(): string
    {
        return '';
    }

    public function setRememberToken($value): void
    {
    }

    public function getRememberTokenName(): string
    {
        return '';
    }
}
