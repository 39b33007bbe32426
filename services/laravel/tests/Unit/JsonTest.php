<?php

declare(strict_types=1);

namespace Tests\Unit;

use App\Exceptions\Problem;
use App\Rules\Whole;
use App\Support\Json;
use PHPUnit\Framework\Attributes\TestWith;
use Tests\TestCase;

final class JsonTest extends TestCase
{
    public function test_the_vectors(): void
    {
        /** @var array{name: string, body_base64: ?string, recipe: ?list<array{text: string, count: int}>, statuses: list<int>} $case */
        foreach (self::vectors('json_bodies') as $case) {
            $body = $case['body_base64'] !== null
                ? (string) base64_decode($case['body_base64'], true)
                : implode('', array_map(fn (array $part): string => str_repeat($part['text'], $part['count']), $case['recipe'] ?? []));
            self::assertContains($this->answer($body), $case['statuses'], $case['name']);
        }
    }

    #[TestWith(['{"a": 1, "\u0061": 2}'])]
    #[TestWith(['{"a": [{"b": 1, "b": 1}]}'])]
    #[TestWith(['{"a": TRUE}'])]
    #[TestWith(['{"a": nulL}'])]
    #[TestWith(['{"a": truE}'])]
    #[TestWith(['{"a": "\u0000"}'])]
    #[TestWith(['[]'])]
    #[TestWith([''])]
    public function test_what_php_would_take(string $text): void
    {
        $this->expectException(Problem::class);
        Json::document($text);
    }

    public function test_what_looks_like_a_name_in_a_string(): void
    {
        self::assertCount(2, get_object_vars(Json::document('{"a": "\": TRUE {\"a\": 1", "b": 1E5}')));
    }

    private function answer(string $body): int
    {
        if (strlen($body) > 65_536) {
            return 413;
        }
        try {
            $members = get_object_vars(Json::document($body));
        } catch (Problem $problem) {
            return $problem->problem->status();
        }

        return array_keys($members) === ['quantity'] && (new Whole(1, 99))->codes($members['quantity']) === [] ? 200 : 422;
    }
}
