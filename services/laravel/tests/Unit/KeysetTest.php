<?php

declare(strict_types=1);

namespace Tests\Unit;

use App\Enums\Sort;
use App\Exceptions\Problem;
use App\Http\Requests\ListOrdersRequest;
use App\Http\Requests\ListProductsRequest;
use App\Support\Keyset;
use Illuminate\Support\Facades\Config;
use Tests\TestCase;

final class KeysetTest extends TestCase
{
    public function test_the_vectors(): void
    {
        Config::set('shop.cursor_secret', 'cursor-secret-of-the-vectors-0123456789');
        /** @var array{name: string, resource: string, sort: string, filters: array<string, string>, cursor: string, valid: bool, decoded: ?array{key: string, id: string}} $case */
        foreach (self::vectors('cursors') as $case) {
            $orders = $case['resource'] === 'orders';
            $class = $orders ? ListOrdersRequest::class : ListProductsRequest::class;
            $request = $class::create("/{$case['resource']}?".http_build_query($case['filters']))->setContainer(app());
            $request->validateResolved();
            $sort = Sort::from($case['sort']);
            $keyset = new Keyset($request, $case['resource'], $sort, $orders ? ['status'] : ['q', 'category', 'price_min', 'price_max', 'in_stock']);
            try {
                $opened = $keyset->open($case['cursor']);
            } catch (Problem) {
                $opened = null;
            }
            $expected = $case['valid'] && $case['decoded'] !== null ? [$sort->value($case['decoded']['key']), $case['decoded']['id']] : null;
            self::assertSame($expected, $opened, $case['name']);
        }
    }
}
