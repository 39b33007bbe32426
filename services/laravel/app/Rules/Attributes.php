<?php

declare(strict_types=1);

namespace App\Rules;

use stdClass;

/** The free part of a product (PRODUCT-2). In a merge patch null takes away, and what is counted waits for the merge. */
final class Attributes extends Value
{
    private const MAX_KEYS = 20;

    private const MAX_LEVEL = 3;

    private const MAX_CHARACTERS = 20_000;

    private const MAX_STRING = 1000;

    private const MAX_INTEGER = 9_007_199_254_740_991;

    public function __construct(private readonly bool $patch = false)
    {
        parent::__construct();
    }

    protected function faults(mixed $value): array
    {
        if (! $value instanceof stdClass) {
            return ['' => 'type'];
        }
        $faults = $this->object($value, '', 1);

        return ! $this->patch && self::characters($value) > self::MAX_CHARACTERS ? $faults + ['' => 'too_long'] : $faults;
    }

    /** @return array<string, string> */
    private function object(stdClass $object, string $at, int $level): array
    {
        $members = get_object_vars($object);
        $faults = ! $this->patch && count($members) > self::MAX_KEYS ? [$at => 'too_long'] : [];
        foreach ($members as $name => $value) {
            $name = (string) $name;
            $below = $at.'/'.strtr($name, ['~' => '~0', '/' => '~1']);
            $faults += Form::has($name, '[a-z][a-z0-9_]{0,31}') ? $this->value($value, $below, $level) : [$below => 'format'];
        }

        return $faults;
    }

    /** @return array<string, string> */
    private function value(mixed $value, string $at, int $level): array
    {
        if ($value instanceof stdClass) {
            return $level === self::MAX_LEVEL ? [$at => 'format'] : $this->object($value, $at, $level + 1);
        }
        $code = match (true) {
            is_bool($value) => null,
            is_string($value) => mb_strlen($value, 'UTF-8') > self::MAX_STRING ? 'too_long' : null,
            is_int($value) => abs($value) > self::MAX_INTEGER ? 'out_of_range' : null,
            $value === null => $this->patch ? null : 'null_not_allowed',
            default => 'type',
        };

        return $code === null ? [] : [$at => $code];
    }

    /** Of all names and strings together. */
    private static function characters(stdClass $object): int
    {
        $characters = 0;
        foreach (get_object_vars($object) as $name => $value) {
            $characters += mb_strlen((string) $name, 'UTF-8') + match (true) {
                is_string($value) => mb_strlen($value, 'UTF-8'),
                $value instanceof stdClass => self::characters($value),
                default => 0,
            };
        }

        return $characters;
    }
}
