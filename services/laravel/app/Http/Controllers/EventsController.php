<?php

declare(strict_types=1);

namespace App\Http\Controllers;

use App\Auth\Caller;
use App\Events\EventStream;
use App\Events\Topic;
use App\Http\Requests\StreamEventsRequest;
use Illuminate\Auth\AuthenticationException;
use Illuminate\Container\Attributes\CurrentUser;

final class EventsController
{
    /** Runs in the process of `shop:events`, to which nginx gives this path. */
    public function streamEvents(StreamEventsRequest $request, #[CurrentUser] ?Caller $caller): EventStream
    {
        $topic = $request->topic();
        if ($topic === Topic::Stock) {
            return new EventStream($topic, null, $request->lastEventId());
        }
        $caller ?? throw new AuthenticationException;

        return new EventStream($topic, $caller->isAdmin() ? null : $caller->id, $request->lastEventId());
    }
}
