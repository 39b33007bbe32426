<?php

declare(strict_types=1);

namespace App\Http\Requests;

use App\Auth\Caller;
use App\Enums\ProblemCode;
use App\Events\Topic;
use App\Exceptions\Problem;
use App\Rules\Form;
use App\Rules\OneOf;
use App\Support\Header;
use Illuminate\Auth\AuthenticationException;

final class StreamEventsRequest extends QueryRequest
{
    public function rules(): array
    {
        return ['topic' => ['present', new OneOf(Topic::class)]];
    }

    public function topic(): Topic
    {
        return Topic::from($this->parameter('topic'));
    }

    /** The position after which to go on, if the client names one (EVENT-3). */
    public function lastEventId(): ?int
    {
        $id = Header::value($this, 'Last-Event-ID');
        if ($id !== null && (Header::repeated($this, 'Last-Event-ID') || ! Form::has($id, '[0-9]{1,18}'))) {
            throw new Problem(ProblemCode::InvalidHeader);
        }

        return $id === null ? null : (int) $id;
    }

    /** Who listens to orders is known before anything else about the query is judged. */
    protected function prepareForValidation(): void
    {
        $query = $this->server('QUERY_STRING');
        if (! $this->user() instanceof Caller && preg_match('/(?:\A|&)topic=orders(?:&|\z)/', rawurldecode(is_string($query) ? $query : '')) === 1) {
            throw new AuthenticationException;
        }
    }
}
