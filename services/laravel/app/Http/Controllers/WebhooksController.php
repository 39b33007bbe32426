<?php

declare(strict_types=1);

namespace App\Http\Controllers;

use App\Enums\ProblemCode;
use App\Exceptions\Problem;
use App\Rules\Text;
use App\Support\Json;
use App\Webhooks\Payment;
use App\Webhooks\Signature;
use Illuminate\Http\JsonResponse;
use Illuminate\Http\Request;
use Illuminate\Support\Facades\DB;

final class WebhooksController
{
    public function paymentWebhook(Request $request): JsonResponse
    {
        if (strlen($request->getContent()) > 65_536) {
            throw new Problem(ProblemCode::BodyTooLarge);
        }
        $id = Signature::verify($request);
        $event = Json::document($request->getContent());
        $type = $event->type ?? null;
        if (! is_string($type) || (new Text(1, 100))->codes($type) !== []) {
            throw new Problem(ProblemCode::WebhookRejected);
        }
        $result = DB::transaction(function () use ($id, $type, $event): string {
            // Of several deliveries at once the others wait here until the first one commits or is rejected.
            if (DB::affectingStatement('INSERT INTO webhook_events (id, type) VALUES (?, ?) ON CONFLICT (id) DO NOTHING', [$id, $type]) === 0) {
                return 'duplicate';
            }
            $result = Payment::apply($type, $event->data ?? null);
            if ($result === 'applied') {
                DB::update("UPDATE webhook_events SET result = 'applied' WHERE id = ?", [$id]);
            }

            return $result;
        });

        return new JsonResponse(['result' => $result]);
    }
}
