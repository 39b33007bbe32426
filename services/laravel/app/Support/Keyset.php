<?php

declare(strict_types=1);

namespace App\Support;

use App\Enums\ProblemCode;
use App\Enums\Sort;
use App\Exceptions\Problem;
use App\Http\Requests\QueryRequest;
use App\Rules\Form;
use Illuminate\Database\Eloquent\Builder;
use Illuminate\Database\Eloquent\Collection;
use Illuminate\Database\Eloquent\Model;
use Illuminate\Http\JsonResponse;

/** A page cut by position (QUERY-6). Laravel's own cursorPaginate() has cursors that nobody signs, in a form of its own. */
final class Keyset
{
    private const MAX_LENGTH = 1200;

    private const MAC_BYTES = 16;

    private const DEFAULT_LIMIT = 20;

    /** @param  list<string>  $filters the parameters that a cursor belongs to */
    public function __construct(
        private readonly QueryRequest $request,
        private readonly string $resource,
        private readonly Sort $sort,
        private readonly array $filters,
    ) {
    }

    /**
     * @template TModel of Model
     *
     * @param  Builder<TModel>  $query
     * @param  callable(Collection<int, TModel>): mixed  $items  makes the page's resources
     */
    public function page(Builder $query, callable $items): JsonResponse
    {
        $given = $this->request->parameter('limit');
        $limit = $given === '' ? self::DEFAULT_LIMIT : (int) $given;
        $direction = $this->sort->descends() ? 'DESC' : 'ASC';
        $cursor = $this->request->parameter('cursor');
        if ($cursor !== '') {
            $query->whereRaw("({$this->sort->column()}, id) ".($this->sort->descends() ? '<' : '>').' (?, ?)', $this->open($cursor));
        }
        $rows = $query->orderByRaw("{$this->sort->column()} {$direction}, id {$direction}")->limit($limit + 1)->get();
        $last = $rows->count() > $limit ? $rows[$limit - 1] : null;
        $next = $last === null ? null : $this->seal($last);

        return new JsonResponse(
            ['items' => $items($rows->take($limit)), 'next_cursor' => $next],
            headers: $next === null ? [] : ['Link' => $this->link($next)],
        );
    }

    public function seal(Model $row): string
    {
        $id = $row->getKey();
        $payload = $this->prefix().$this->sort->key($row)."\n".(is_string($id) ? $id : '');

        return self::encode($payload).'.'.self::encode(self::mac($payload));
    }

    /** @return array{string, string} the position of the row before the page */
    public function open(string $cursor): array
    {
        [$payload, $mac] = array_map(self::decode(...), explode('.', $cursor, 2) + [1 => '']);
        // The key is everything up to the last line feed: a name may hold one.
        $end = (int) strrpos($payload, "\n");
        $id = substr($payload, $end + 1);
        if (strlen($cursor) > self::MAX_LENGTH || ! hash_equals(self::mac($payload), $mac)
            || ! str_starts_with($payload, $this->prefix()) || $end < strlen($this->prefix()) || ! Form::has($id, Form::UUID)) {
            throw new Problem(ProblemCode::InvalidCursor);
        }

        return [$this->sort->value(substr($payload, strlen($this->prefix()), $end - strlen($this->prefix()))), $id];
    }

    private function link(string $next): string
    {
        $pairs = array_filter((array) $this->request->validated(), 'is_string');

        return '<'.$this->request->getPathInfo().'?'.http_build_query(['cursor' => $next] + $pairs).'>; rel="next"';
    }

    private function prefix(): string
    {
        $received = implode("\n", array_map($this->request->parameter(...), $this->filters));

        return "{$this->resource}\n{$this->sort->value}\n".substr(hash('sha256', $received), 0, 16)."\n";
    }

    private static function mac(string $payload): string
    {
        return substr(hash_hmac('sha256', $payload, Settings::text('cursor_secret'), binary: true), 0, self::MAC_BYTES);
    }

    private static function encode(string $bytes): string
    {
        return rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=');
    }

    private static function decode(string $text): string
    {
        $bytes = base64_decode(strtr($text, '-_', '+/'), strict: true);

        return $bytes !== false && self::encode($bytes) === $text ? $bytes : '';
    }
}
