<?php

declare(strict_types=1);

namespace App\Events;

use Symfony\Component\HttpFoundation\Response;

/** One connection of nginx's: a request by SCGI, then an answer that may go on. */
final class Client
{
    private const MAX_REQUEST = 131_072;

    private const MAX_BACKLOG = 4_194_304; // bytes that a client may be behind

    public ?EventStream $stream = null;

    /** The last event that was sent or needs not be. */
    public int $position = 0;

    /** Whether it has caught up, and hears what is new. */
    public bool $live = false;

    public bool $gone = false;

    public float $wroteAt = 0.0;

    private string $input = '';

    private string $output = '';

    private bool $ends = false;

    /** @param  resource  $socket */
    public function __construct(public readonly mixed $socket)
    {
        stream_set_blocking($socket, false);
    }

    /** @return ?array<string, string> the request's variables, once they have come */
    public function read(): ?array
    {
        $bytes = fread($this->socket, 65_536);
        if ($bytes === false || ($bytes === '' && feof($this->socket)) || strlen($this->input) > self::MAX_REQUEST) {
            $this->gone = true;

            return null;
        }
        $this->input .= $this->stream === null ? $bytes : '';
        if ($this->stream !== null || preg_match('/\A(\d{1,6}):/', $this->input, $length) !== 1
            || strlen($this->input) <= strlen($length[0]) + (int) $length[1]) {
            return null;
        }
        $variables = [];
        $fields = explode("\0", substr($this->input, strlen($length[0]), (int) $length[1]));
        for ($at = 0; $at + 1 < count($fields); $at += 2) {
            // Several lines of one header are one list.
            $name = $fields[$at];
            $variables[$name] = isset($variables[$name]) ? "{$variables[$name]}, {$fields[$at + 1]}" : $fields[$at + 1];
        }

        return $variables;
    }

    public function begin(Response $response): void
    {
        $headers = $response->headers;
        $head = "Status: {$response->getStatusCode()}\r\n";
        foreach ($headers->allPreserveCase() as $name => $values) {
            foreach ($values as $value) {
                $head .= "{$name}: {$value}\r\n";
            }
        }
        $this->write("{$head}\r\n");
    }

    /** Answers with what is no stream. */
    public function end(Response $response): void
    {
        $this->begin($response);
        $this->ends = true;
        $this->write((string) $response->getContent());
    }

    /** @param  array<string, ?string>  $event */
    public function tell(array $event): void
    {
        $id = (int) $event['id'];
        if ($id <= $this->position) {
            return;
        }
        $this->position = $id;
        $data = strtr((string) $event['data'], ["\n" => "\ndata: "]);
        $this->write("id: {$id}\nevent: {$event['type']}\ndata: {$data}\n\n");
    }

    public function write(string $text): void
    {
        $this->wroteAt = microtime(true);
        $this->output .= $text;
        $this->flush();
        // It can come back with Last-Event-ID.
        $this->gone = $this->gone || strlen($this->output) > self::MAX_BACKLOG;
    }

    public function waits(): bool
    {
        return $this->output !== '';
    }

    public function flush(): void
    {
        $written = $this->output === '' ? 0 : @fwrite($this->socket, $this->output);
        $this->gone = $this->gone || $written === false;
        $this->output = substr($this->output, (int) $written);
        $this->gone = $this->gone || ($this->ends && $this->output === '');
    }
}
