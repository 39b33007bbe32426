<?php

declare(strict_types=1);

namespace App\Events;

use App\Support\AsyncPostgres;
use Closure;
use ErrorException;
use RuntimeException;
use SplQueue;

/** The one connection of all streams: it listens, and asks one question after the other. */
final class Feed
{
    private const PATIENCE = 5.0; // seconds that a connection or an answer may take

    private const RETRY = 0.5;

    private ?AsyncPostgres $database = null;

    private bool $listens = false;

    private float $since = 0.0;

    /** @var SplQueue<array{string, list<int|string|null>, Closure(list<array<string, ?string>>): void}> */
    private SplQueue $questions;

    private bool $asked = false;

    /**
     * @param  Closure(): void  $hinted  something was committed
     * @param  Closure(): void  $lost  the connection is gone, and with it every question
     */
    public function __construct(private readonly Closure $hinted, private readonly Closure $lost)
    {
        $this->questions = new SplQueue;
    }

    public function listens(): bool
    {
        return $this->listens;
    }

    /**
     * @param  list<int|string|null>  $parameters
     * @param  Closure(list<array<string, ?string>>): void  $answered
     */
    public function ask(string $statement, array $parameters, Closure $answered): void
    {
        $this->questions->enqueue([$statement, $parameters, $answered]);
        if ($this->listens) {
            $this->guarded($this->sendNext(...));
        }
    }

    /** @return array{list<resource>, list<resource>} what to select for reading and for writing */
    public function sockets(): array
    {
        try {
            $socket = $this->database === null ? [] : [$this->database->socket()];
        } catch (RuntimeException|ErrorException) {
            return [[], []];
        }

        return $this->database?->wantsToWrite() === true ? [[], $socket] : [$socket, []];
    }

    /** Does what can be done without waiting. */
    public function advance(): void
    {
        $this->guarded(function (): void {
            $waited = microtime(true) - $this->since;
            if ($this->database === null) {
                if ($waited > self::RETRY) {
                    $this->since = microtime(true);
                    $this->database = new AsyncPostgres;
                }
            } elseif (! $this->listens && ! $this->asked) {
                if ($this->database->isReady()) {
                    // Before all questions, so that nothing is lost between an answer and the first hint.
                    $this->questions->unshift(['LISTEN shop_events', [], function (): void {
                        $this->listens = true;
                    }]);
                    $this->sendNext();
                }
            } else {
                $this->receive($this->database);
            }
            if ($this->database !== null && (! $this->listens || $this->asked) && $waited > self::PATIENCE) {
                throw new RuntimeException('silence');
            }
        });
    }

    private function receive(AsyncPostgres $database): void
    {
        $rows = $database->rows();
        if ($rows !== null && $this->asked) {
            $this->asked = false;
            $this->questions->dequeue()[2]($rows);
            $this->sendNext();
        }
        if ($database->notified()) {
            ($this->hinted)();
        }
    }

    private function sendNext(): void
    {
        if ($this->database !== null && ! $this->asked && ! $this->questions->isEmpty()) {
            [$statement, $parameters] = $this->questions->bottom();
            $this->asked = true;
            $this->since = microtime(true);
            $this->database->send($statement, $parameters);
        }
    }

    /** @param  Closure(): void  $step */
    private function guarded(Closure $step): void
    {
        try {
            $step();
        } catch (RuntimeException|ErrorException) {
            // Laravel makes exceptions of what ext-pgsql warns of.
            $this->database?->close();
            $this->database = null;
            $this->listens = $this->asked = false;
            $this->questions = new SplQueue;
            ($this->lost)();
        }
    }
}
