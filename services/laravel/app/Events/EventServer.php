<?php

declare(strict_types=1);

namespace App\Events;

use App\Enums\ProblemCode;
use App\Exceptions\Problem;
use App\Support\Settings;
use Illuminate\Contracts\Http\Kernel;
use Illuminate\Http\Request;
use Illuminate\Support\Facades\Auth;

/** Holds all event streams in one process, which waits for all of them at once (EVENT-4). */
final class EventServer
{
    private const PAGE = 500;

    private const POLL = 5.0; // seconds between two readings that nothing has hinted at

    private const TICK = 200_000; // microseconds

    private const MOST = 900; // select() ends at a descriptor of 1024

    private readonly Feed $feed;

    /** @var array<int, Client> */
    private array $clients = [];

    /** Up to where live streams have been told. */
    private int $told = 0;

    private bool $reading = false;

    private bool $hinted = false;

    private float $readAt = 0.0;

    /** @param  resource  $listener */
    public function __construct(private readonly mixed $listener, private readonly Kernel $kernel)
    {
        $this->feed = new Feed($this->hint(...), $this->lose(...));
    }

    /** @param  callable(): bool  $goesOn */
    public function run(callable $goesOn): void
    {
        while ($goesOn()) {
            $this->feed->advance();
            $this->wait();
            if (microtime(true) - $this->readAt > self::POLL) {
                $this->hint();
            }
            $this->ping();
            $this->clients = array_filter($this->clients, fn (Client $client): bool => ! $client->gone);
        }
    }

    private function wait(): void
    {
        [$read, $write] = $this->feed->sockets();
        $read[] = $this->listener;
        foreach ($this->clients as $client) {
            $read[] = $client->socket;
            if ($client->waits()) {
                $write[] = $client->socket;
            }
        }
        $none = [];
        $any = @stream_select($read, $write, $none, 0, self::TICK);
        if ($any === false || $any === 0) {
            return;
        }
        foreach ($write as $socket) {
            $client = $this->clients[(int) $socket] ?? null;
            $client?->flush();
        }
        foreach ($read as $socket) {
            if ($socket === $this->listener) {
                $this->accept();
            } elseif (isset($this->clients[(int) $socket])) {
                $this->hear($this->clients[(int) $socket]);
            }
        }
    }

    private function accept(): void
    {
        $socket = @stream_socket_accept($this->listener, 0);
        if ($socket !== false) {
            $this->clients[(int) $socket] = new Client($socket);
        }
    }

    private function hear(Client $client): void
    {
        $variables = $client->read();
        if ($variables === null) {
            return;
        }
        // The guard remembers whom it has seen, and this process serves many.
        Auth::forgetGuards();
        $response = $this->kernel->handle(new Request(server: $variables));
        if (! $response instanceof EventStream || $variables['REQUEST_METHOD'] === 'HEAD') {
            $client->end($response);
        } elseif (count($this->clients) > self::MOST) {
            $this->refuse($client);
        } else {
            $client->stream = $response;
            $this->feed->ask('SELECT coalesce(max(id), 0) AS id FROM events', [], fn (array $rows) => $this->begin($client, $response, (int) $rows[0]['id']));
        }
    }

    /** The position is known, and nothing that comes after it can be lost: the first bytes may go. */
    private function begin(Client $client, EventStream $stream, int $newest): void
    {
        if ($this->live() === []) {
            $this->told = $newest;
        }
        $client->begin($stream);
        $client->write(": welcome\n\n");
        $client->position = $stream->lastEventId ?? $newest;
        $client->live = $stream->lastEventId === null;
        if (! $client->live) {
            $this->catchUp($client, $stream, $newest);
        }
    }

    private function catchUp(Client $client, EventStream $stream, int $newest): void
    {
        $this->feed->ask(<<<'SQL'
            SELECT id, type, data FROM events
            WHERE topic = $1 AND id > $2 AND ($3::uuid IS NULL OR user_id = $3::uuid) ORDER BY id LIMIT $4
            SQL, [$stream->topic->value, $client->position, $stream->userId, self::PAGE], function (array $rows) use ($client, $stream, $newest): void {
            array_walk($rows, $client->tell(...));
            if ($client->gone) {
                return;
            }
            if (count($rows) === self::PAGE) {
                $this->catchUp($client, $stream, $newest);
            } else {
                // What it was told beyond `newest` it will not be told again: it knows its position.
                $this->told = $this->live() === [] ? $newest : $this->told;
                $client->live = true;
                $this->hint();
            }
        });
    }

    private function hint(): void
    {
        $this->hinted = true;
        $this->readAt = microtime(true);
        if (! $this->reading && $this->feed->listens() && $this->live() !== []) {
            $this->hinted = false;
            $this->reading = true;
            $this->feed->ask(
                'SELECT id, topic, user_id, type, data FROM events WHERE id > $1 ORDER BY id LIMIT $2',
                [$this->told, self::PAGE],
                $this->spread(...),
            );
        }
    }

    /** @param  list<array<string, ?string>>  $events */
    private function spread(array $events): void
    {
        $this->reading = false;
        foreach ($events as $event) {
            $this->told = (int) $event['id'];
            foreach ($this->live() as $client) {
                if ($client->stream?->concerns($event) === true) {
                    $client->tell($event);
                }
            }
        }
        if ($this->hinted || count($events) === self::PAGE) {
            $this->hint();
        }
    }

    /** Ends the streams: without the database nobody knows what they miss, and clients resume. */
    private function lose(): void
    {
        $this->reading = false;
        foreach ($this->clients as $client) {
            if ($client->stream !== null && $client->wroteAt === 0.0) {
                $this->refuse($client);
            }
            $client->gone = $client->gone || $client->stream !== null;
        }
    }

    private function refuse(Client $client): void
    {
        $client->end((new Problem(ProblemCode::ServiceUnavailable))->toResponse());
    }

    private function ping(): void
    {
        $silent = microtime(true) - ((int) Settings::text('sse_ping_seconds') - 0.5);
        foreach ($this->clients as $client) {
            if ($client->wroteAt > 0.0 && $client->wroteAt < $silent) {
                $client->write(": ping\n\n");
            }
        }
    }

    /** @return array<int, Client> */
    private function live(): array
    {
        return array_filter($this->clients, fn (Client $client): bool => $client->live && ! $client->gone);
    }
}
