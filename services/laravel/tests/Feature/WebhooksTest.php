<?php

declare(strict_types=1);

namespace Tests\Feature;

use App\Support\Settings;
use Illuminate\Testing\TestResponse;
use Symfony\Component\HttpFoundation\Response;
use Tests\ShopTestCase;

final class WebhooksTest extends ShopTestCase
{
    public function test_a_payment_counts_once(): void
    {
        $ada = $this->customer();
        $id = $this->checkOut($ada, $this->product('PAY-1'), 2879)->json('id');
        self::assertIsString($id);
        $event = ['type' => 'payment.succeeded', 'data' => ['order_id' => $id, 'payment_id' => 'p', 'amount' => 2879, 'currency' => 'EUR']];
        self::assertProblem($this->deliver('m1', ['data' => ['amount' => 1] + $event['data']] + $event), 422, 'webhook_rejected');
        $this->deliver('m1', $event)->assertOk()->assertExactJson(['result' => 'applied']);
        $this->deliver('m1', $event)->assertOk()->assertExactJson(['result' => 'duplicate']);
        $this->deliver('m2', ['type' => 'payment.failed'] + $event)->assertOk()->assertExactJson(['result' => 'ignored']);
        $this->as($ada)->get("/orders/{$id}")->assertJsonPath('status', 'paid')->assertJsonPath('payment_status', 'succeeded');
    }

    public function test_a_forged_delivery_is_refused(): void
    {
        $refused = $this->postJson('/webhooks/payments', ['type' => 'x']);
        self::assertProblem($refused, 401, 'webhook_verification_failed');
        $refused->assertHeader('WWW-Authenticate', 'Webhook-Signature');
    }

    /**
     * @param  array<string, mixed>  $event
     * @return TestResponse<Response>
     */
    private function deliver(string $id, array $event): TestResponse
    {
        $now = time();
        $signature = base64_encode(hash_hmac('sha256', "{$id}.{$now}.".json_encode($event, JSON_THROW_ON_ERROR), Settings::webhookKey(), binary: true));

        return $this->postJson('/webhooks/payments', $event, ['webhook-id' => $id, 'webhook-timestamp' => (string) $now, 'webhook-signature' => "v1,{$signature}"]);
    }
}
