<?php

declare(strict_types=1);

namespace Tests;

use Illuminate\Foundation\Testing\TestCase as BaseTestCase;
use RuntimeException;

abstract class TestCase extends BaseTestCase
{
    /** @return list<array<string, mixed>> the cases of contract/vectors */
    protected static function vectors(string $name): array
    {
        /** @var array{cases: list<array<string, mixed>>} $vectors */
        $vectors = json_decode(self::contract("vectors/{$name}.json"), true, flags: JSON_THROW_ON_ERROR);

        return $vectors['cases'];
    }

    protected static function contract(string $file): string
    {
        $text = file_get_contents(__DIR__."/../../../contract/{$file}");

        return $text === false ? throw new RuntimeException("there is no {$file}") : $text;
    }
}
