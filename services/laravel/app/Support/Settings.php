<?php

declare(strict_types=1);

namespace App\Support;

use App\Rules\Form;
use Closure;
use Illuminate\Support\Facades\Config;
use Illuminate\Support\Facades\Validator;
use RuntimeException;

/** The environment of OPS-1, which config/shop.php has read. */
final class Settings
{
    /** @return array<string, list<mixed>> the rules of what `serve` needs */
    public static function ofServe(): array
    {
        $secret = self::rule(fn (string $value): bool => strlen($value) >= 32 && mb_check_encoding($value, 'UTF-8'));

        return self::ofDatabase() + [
            'HOST' => ['required'],
            'PORT' => ['required', self::number(1, 65_535)],
            'JWT_SECRET' => ['required', $secret],
            'CURSOR_SECRET' => ['required', $secret],
            'WEBHOOK_SECRET' => ['required', self::rule(fn (string $value): bool => self::key($value) !== null)],
            'DB_POOL_SIZE' => ['required', self::number(1, 100)],
            'SSE_PING_SECONDS' => ['required', self::number(1, 60)],
            'LOG_LEVEL' => ['required', 'in:debug,info,warn,error'],
        ];
    }

    /** @return array<string, list<mixed>> the rules of what `migrate` needs */
    public static function ofMigrate(): array
    {
        return self::ofDatabase() + [
            'ADMIN_EMAIL' => ['required', self::rule(fn (string $value): bool => Form::has($value, Form::EMAIL))],
            'ADMIN_PASSWORD' => ['required', 'min:8', 'max:128'],
        ];
    }

    /**
     * @param  array<string, list<mixed>>  $rules
     * @return list<string> a line for each variable that is missing or wrong; no line has its value
     */
    public static function faults(array $rules): array
    {
        $values = [];
        foreach (array_keys($rules) as $name) {
            $values[$name] = Config::get('shop.'.strtolower($name));
        }
        $wrong = array_values(Validator::make($values, $rules)->errors()->keys());

        return array_map(fn (string $name): string => "{$name} ".($values[$name] === null ? 'is missing' : 'has a value that cannot be'), $wrong);
    }

    /** @return non-empty-string */
    public static function text(string $name): string
    {
        $value = Config::get("shop.{$name}");

        return is_string($value) && $value !== '' ? $value : throw new RuntimeException("{$name} is missing");
    }

    /** The bytes that sign webhooks. */
    public static function webhookKey(): string
    {
        return self::key(self::text('webhook_secret')) ?? throw new RuntimeException('webhook_secret is no secret');
    }

    /** @return array<string, list<mixed>> */
    private static function ofDatabase(): array
    {
        return ['DATABASE_URL' => ['required', self::rule(fn (string $value): bool => preg_match('~\Apostgres(?:ql)?://[^/\s]+/.+\z~', $value) === 1)]];
    }

    private static function key(string $secret): ?string
    {
        $key = str_starts_with($secret, 'whsec_') ? base64_decode(substr($secret, 6), strict: true) : false;

        return $key !== false && strlen($key) >= 24 && strlen($key) <= 64 ? $key : null;
    }

    private static function number(int $min, int $max): Closure
    {
        return self::rule(fn (string $value): bool => preg_match('/\A[1-9]\d{0,4}\z/', $value) === 1 && (int) $value >= $min && (int) $value <= $max);
    }

    /** @param  callable(string): bool  $holds */
    private static function rule(callable $holds): Closure
    {
        return function (string $name, mixed $value, Closure $fail) use ($holds): void {
            is_string($value) && $holds($value) || $fail('wrong');
        };
    }
}
