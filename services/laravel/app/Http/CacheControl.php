<?php

declare(strict_types=1);

namespace App\Http;

use Symfony\Component\HttpFoundation\ResponseHeaderBag;

/** Headers whose Cache-Control is what it was set to: Symfony's own adds `private` to all that is not public. */
final class CacheControl extends ResponseHeaderBag
{
    protected function computeCacheControlValue(): string
    {
        return $this->getCacheControlHeader();
    }
}
