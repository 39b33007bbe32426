<?php

declare(strict_types=1);

namespace App\Models;

use App\Auth\Caller;
use App\Enums\Role;
use App\Support\Timestamp;
use DateTimeImmutable;
use Illuminate\Database\Eloquent\Model;

/**
 * @property non-empty-string $id
 * @property string $email
 * @property string $password_hash
 * @property string $name
 * @property Role $role
 * @property DateTimeImmutable $created_at
 */
final class User extends Model
{
    public const COLUMNS = ['id', 'email', 'name', 'role', 'created_at'];

    public $timestamps = false;

    public $incrementing = false;

    protected $keyType = 'string';

    protected $hidden = ['password_hash'];

    public function caller(): Caller
    {
        return new Caller($this->id, $this->role);
    }

    /** @return array<string, string> */
    protected function casts(): array
    {
        return ['role' => Role::class, 'created_at' => Timestamp::class];
    }
}
