<?php

declare(strict_types=1);

namespace Tests\Feature;

use Tests\ShopTestCase;

final class CatalogTest extends ShopTestCase
{
    public function test_pages_follow_each_other(): void
    {
        foreach ([300, 100, 200] as $price) {
            $this->product("CAT-{$price}", $price);
        }
        $first = $this->get('/products?category=things&sort=price&limit=2')->assertOk();
        self::assertSame([100, 200], $first->json('items.*.price'));
        self::assertSame('no-cache', $first->headers->get('Cache-Control'));
        self::assertSame(1, preg_match('~<(/products\?.*)>; rel="next"~', (string) $first->headers->get('Link'), $link));
        $this->get($link[1])->assertOk()->assertJsonPath('items.*.price', [300])->assertJsonPath('next_cursor', null);
    }

    public function test_the_query_is_strict(): void
    {
        foreach (['x=1' => 'x', 'limit=1&limit=1' => 'limit', 'limit[]=1' => 'limit[]', 'limit=0' => 'limit', 'sort=' => 'sort'] as $query => $name) {
            $response = $this->get("/products?{$query}");
            self::assertProblem($response, 400, 'invalid_query');
            $response->assertJsonPath('errors.0.parameter', $name);
        }
        self::assertProblem($this->get('/products?cursor=x'), 400, 'invalid_cursor');
    }

    public function test_a_tag_that_matches_is_304(): void
    {
        $this->product('CAT-1');
        $this->get('/products/CAT-1', ['If-None-Match' => '"7", W/"1"'])->assertStatus(304)->assertHeader('ETag', '"1"');
        $this->get('/products/CAT-1', ['If-None-Match' => '1'])->assertOk();
        foreach (['/products/NO-SUCH', '/products/cat-1', '/products%2FCAT-1'] as $path) {
            self::assertProblem($this->get($path), 404, 'not_found');
        }
    }
}
