<?php

declare(strict_types=1);

namespace Tests\Feature;

use App\Events\EventStream;
use Tests\ShopTestCase;

final class EventsTest extends ShopTestCase
{
    public function test_who_hears_what(): void
    {
        $ada = $this->customer();
        self::assertNull($this->stream('/events?topic=stock')->userId);
        self::assertSame($ada->id, $this->as($ada)->stream('/events?topic=orders')->userId);
        self::assertNull($this->asAdmin()->stream('/events?topic=orders')->userId);
        self::assertSame(7, $this->stream('/events?topic=stock', '07')->lastEventId);
    }

    public function test_what_is_refused(): void
    {
        self::assertProblem($this->get('/events?topic=orders'), 401, 'unauthenticated');
        self::assertProblem($this->get('/events?t%6Fpic=%6frders&x'), 401, 'unauthenticated');
        self::assertProblem($this->get('/events'), 400, 'invalid_query');
        self::assertProblem($this->get('/events?topic=stock', ['Last-Event-ID' => '-1']), 400, 'invalid_header');
    }

    private function stream(string $path, string $lastEventId = '0'): EventStream
    {
        $stream = $this->get($path, ['Last-Event-ID' => $lastEventId])->assertOk()->baseResponse;
        self::assertInstanceOf(EventStream::class, $stream);

        return $stream;
    }
}
