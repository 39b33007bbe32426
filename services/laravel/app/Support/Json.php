<?php

declare(strict_types=1);

namespace App\Support;

use App\Enums\ProblemCode;
use App\Exceptions\Problem;
use JsonException;
use stdClass;

/** JSON as strict as JSON-1 to JSON-6 want it. */
final class Json
{
    private const DEPTH = 64;

    private const STRING = '/"(?:[^"\\\\]++|\\\\.)*+"/s';

    /**
     * Reads one document with an object at the top. Objects stay objects, so that {} and [] differ.
     *
     * json_decode() keeps the last of two equal names and takes TRUE for true. Both show where the strings are taken out:
     * what is left of a document without equal names has as many names as its objects have members.
     */
    public static function document(string $text): stdClass
    {
        try {
            $document = json_decode($text, false, self::DEPTH, JSON_THROW_ON_ERROR);
        } catch (JsonException) {
            throw new Problem(ProblemCode::MalformedJson);
        }
        $bones = preg_replace(self::STRING, '""', $text) ?? '';
        if (! $document instanceof stdClass
            || preg_match('/[A-DF-Z]|[a-z]E/', $bones) === 1
            || preg_match_all('/""\s*+:/', $bones) !== self::members($document)) {
            throw new Problem(ProblemCode::MalformedJson);
        }

        return $document;
    }

    /** How many members the objects in a value have; U+0000 in a string is malformed (JSON-6). */
    private static function members(mixed $value): int
    {
        if (is_string($value)) {
            return str_contains($value, "\0") ? throw new Problem(ProblemCode::MalformedJson) : 0;
        }
        if (! is_array($value) && ! $value instanceof stdClass) {
            return 0;
        }
        $members = (array) $value;
        $count = is_array($value) ? 0 : count($members);
        foreach ($members as $each) {
            $count += self::members($each);
        }

        return $count;
    }
}
