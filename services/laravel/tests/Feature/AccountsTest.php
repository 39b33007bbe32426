<?php

declare(strict_types=1);

namespace Tests\Feature;

use Tests\ShopTestCase;

final class AccountsTest extends ShopTestCase
{
    private const ADA = ['email' => 'Ada@Example.com', 'password' => 'correct horse battery', 'name' => '  Ada '];

    public function test_from_registration_to_log_out(): void
    {
        $this->postJson('/auth/register', self::ADA)->assertCreated()->assertHeader('Location', '/me')
            ->assertJsonPath('email', 'ada@example.com')->assertJsonPath('name', '  Ada ');
        self::assertProblem($this->postJson('/auth/register', self::ADA), 409, 'email_taken');

        $tokens = $this->postJson('/auth/login', ['email' => 'ADA@example.com', 'password' => self::ADA['password']])->assertOk();
        self::assertIsString($tokens->json('access_token'));
        $this->withToken($tokens->json('access_token'))->get('/me')->assertOk()->assertJsonPath('role', 'customer');

        $next = $this->postJson('/auth/refresh', ['refresh_token' => $tokens->json('refresh_token')])->assertOk();
        $this->postJson('/auth/logout', ['refresh_token' => $next->json('refresh_token')])->assertNoContent();
        self::assertProblem($this->postJson('/auth/refresh', ['refresh_token' => $next->json('refresh_token')]), 401, 'invalid_refresh_token');
    }

    public function test_a_second_use_revokes_the_session(): void
    {
        $this->postJson('/auth/register', self::ADA)->assertCreated();
        $first = $this->postJson('/auth/login', ['email' => self::ADA['email'], 'password' => self::ADA['password']])->json('refresh_token');
        $second = $this->postJson('/auth/refresh', ['refresh_token' => $first])->assertOk()->json('refresh_token');
        foreach ([$first, $second] as $token) {
            self::assertProblem($this->postJson('/auth/refresh', ['refresh_token' => $token]), 401, 'invalid_refresh_token');
        }
    }

    public function test_log_ins_are_limited(): void
    {
        $wrong = ['email' => 'nobody@example.com', 'password' => 'wrong'];
        for ($count = 0; $count < 5; $count++) {
            self::assertProblem($this->postJson('/auth/login', $wrong), 401, 'invalid_credentials');
        }
        $refused = $this->postJson('/auth/login', $wrong);
        self::assertProblem($refused, 429, 'rate_limited');
        $refused->assertHeader('RateLimit-Policy', '"login";q=5;w=60')->assertHeader('Retry-After');
    }

    public function test_all_faults_are_told(): void
    {
        $this->postJson('/auth/register', ['email' => 'x', 'password' => '   ', 'role' => 'admin'])->assertStatus(422)->assertJsonPath('errors', [
            ['pointer' => '/email', 'code' => 'format'],
            ['pointer' => '/password', 'code' => 'too_short'],
            ['pointer' => '/name', 'code' => 'required'],
            ['pointer' => '/role', 'code' => 'unknown'],
        ]);
        self::assertProblem($this->call('POST', '/auth/register', server: ['CONTENT_TYPE' => 'application/json'], content: '{"a":1,"a":2}'), 400, 'malformed_json');
        self::assertProblem($this->post('/auth/register', self::ADA), 415, 'unsupported_media_type');
    }
}
