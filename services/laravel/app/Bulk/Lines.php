<?php

declare(strict_types=1);

namespace App\Bulk;

use App\Enums\ProblemCode;
use App\Exceptions\Problem;
use IteratorAggregate;
use Traversable;

/**
 * The lines of a stream by their number, which end at LF alone (BULK-1); null stands for one that is too long.
 *
 * @implements IteratorAggregate<int, ?string>
 */
final class Lines implements IteratorAggregate
{
    private const MOST = 50_000;

    private const LONGEST = 1_048_576;

    /** @param  resource  $stream */
    public function __construct(private readonly mixed $stream)
    {
    }

    public function getIterator(): Traversable
    {
        for ($number = 1; ($line = $this->next()) !== false; $number++) {
            if ($number > self::MOST) {
                throw new Problem(ProblemCode::BodyTooLarge);
            }
            if ($line !== '') {
                yield $number => $line;
            }
        }
    }

    private function next(): string|false|null
    {
        // One byte more than a line with CR and LF may have, and one that fgets() counts but does not read.
        $line = fgets($this->stream, self::LONGEST + 4);
        if ($line === false) {
            return false;
        }
        if (str_ends_with($line, "\n")) {
            $line = preg_replace('/\r?\n\z/', '', $line) ?? '';
        } else {
            for ($rest = $line; $rest !== false && ! str_ends_with($rest, "\n");) {
                $rest = fgets($this->stream, self::LONGEST);
            }
        }

        return strlen($line) > self::LONGEST ? null : $line;
    }
}
