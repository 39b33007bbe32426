<?php

declare(strict_types=1);

namespace App\Support;

use stdClass;

/** RFC 7396. */
final class MergePatch
{
    /** The target with the patch applied; neither is changed. Anything but an object is replaced. */
    public static function apply(mixed $target, stdClass $patch): stdClass
    {
        $merged = $target instanceof stdClass ? clone $target : new stdClass;
        foreach (get_object_vars($patch) as $name => $value) {
            if ($value === null) {
                unset($merged->{$name});
            } else {
                $merged->{$name} = $value instanceof stdClass ? self::apply($merged->{$name} ?? null, $value) : $value;
            }
        }

        return $merged;
    }
}
