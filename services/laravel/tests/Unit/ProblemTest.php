<?php

declare(strict_types=1);

namespace Tests\Unit;

use App\Enums\ProblemCode;
use Tests\TestCase;

final class ProblemTest extends TestCase
{
    public function test_the_catalogue_is_the_contract_s(): void
    {
        // The file has one form, so a pattern reads it.
        preg_match_all('/^(\w+):\n  status: (\d+)\n  title: (.+)$/m', self::contract('problems.yaml'), $expected, PREG_SET_ORDER);
        $catalogue = array_map(fn (ProblemCode $code): array => [$code->value, (string) $code->status(), $code->document()['title']], ProblemCode::cases());
        self::assertSame(array_map(fn (array $entry): array => array_slice($entry, 1), $expected), $catalogue);
    }
}
