<?php

declare(strict_types=1);

namespace App\Events;

use Illuminate\Http\Response;

/** The head of a stream, and what it is to hear; EventServer keeps its connection and writes the rest. */
final class EventStream extends Response
{
    /** @param  ?string  $userId whose events alone; null for everybody's */
    public function __construct(public readonly Topic $topic, public readonly ?string $userId, public readonly ?int $lastEventId)
    {
        parent::__construct(headers: ['Content-Type' => 'text/event-stream', 'X-Accel-Buffering' => 'no']);
    }

    /** @param  array<string, ?string>  $event */
    public function concerns(array $event): bool
    {
        return $this->topic->value === $event['topic'] && in_array($this->userId, [null, $event['user_id']], true);
    }
}
