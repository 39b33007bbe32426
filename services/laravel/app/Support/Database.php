<?php

declare(strict_types=1);

namespace App\Support;

use Illuminate\Database\DetectsLostConnections;
use PDOException;

/** What the driver's errors mean (DB-6). */
final class Database
{
    use DetectsLostConnections;

    private const UNAVAILABLE = ['40001', '40P01', '55P03', '57014', '53300', '57P01', '57P02', '57P03'];

    public static function isUnavailable(PDOException $failure): bool
    {
        $state = self::state($failure);

        return str_starts_with($state, '08') || in_array($state, self::UNAVAILABLE, true)
            || (new self)->causedByLostConnection($failure);
    }

    /** Whether a statement broke this constraint. */
    public static function broke(PDOException $failure, string $constraint): bool
    {
        return str_starts_with(self::state($failure), '23') && str_contains($failure->getMessage(), "\"{$constraint}\"");
    }

    /** Whether a statement named a row that is gone. */
    public static function missedReference(PDOException $failure): bool
    {
        return self::state($failure) === '23503';
    }

    private static function state(PDOException $failure): string
    {
        return (string) ($failure->errorInfo[0] ?? $failure->getCode());
    }
}
