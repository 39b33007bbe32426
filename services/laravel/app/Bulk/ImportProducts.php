<?php

declare(strict_types=1);

namespace App\Bulk;

use Illuminate\Support\Facades\DB;

/** Upserts all rows or none (BULK-4). */
final class ImportProducts
{
    private const BATCH_BYTES = 262_144; // of rows for one statement

    /** @return array{created: int, updated: int, unchanged: int} */
    public function __invoke(Upload $upload): array
    {
        return DB::transaction(function () use ($upload): array {
            $created = $updated = $bytes = 0;
            $batch = [];
            $rows = $upload->rows();
            $last = array_key_last($rows);
            foreach ($rows as $sku => $row) {
                $batch[] = $row;
                $bytes += strlen($row);
                if ($bytes >= self::BATCH_BYTES || $sku === $last) {
                    $counts = $this->upsert('['.implode(',', $batch).']');
                    [$created, $updated, $bytes, $batch] = [$created + $counts->created, $updated + $counts->updated, 0, []];
                }
            }

            return ['created' => $created, 'updated' => $updated, 'unchanged' => count($rows) - $created - $updated];
        });
    }

    /** @return object{created: int, updated: int} rows that would not change are locked and left alone */
    private function upsert(string $rows): object
    {
        /** @var object{created: int, updated: int} */
        return DB::selectOne(<<<'SQL'
            WITH upserted AS (
                INSERT INTO products (sku, name, description, category, price, tax_rate_bp, attributes, stock, active)
                SELECT sku, name, description, category, price, tax_rate_bp, attributes, stock, active
                FROM jsonb_populate_recordset(NULL::products, ?::jsonb)
                ORDER BY sku
                ON CONFLICT (sku) DO UPDATE
                SET name = excluded.name, description = excluded.description, category = excluded.category,
                    price = excluded.price, tax_rate_bp = excluded.tax_rate_bp, attributes = excluded.attributes,
                    active = excluded.active
                WHERE (products.name, products.description, products.category, products.price, products.tax_rate_bp,
                       products.attributes, products.active)
                    IS DISTINCT FROM (excluded.name, excluded.description, excluded.category, excluded.price,
                       excluded.tax_rate_bp, excluded.attributes, excluded.active)
                RETURNING xmax = 0 AS created
            )
            SELECT count(*) FILTER (WHERE created) AS created, count(*) FILTER (WHERE NOT created) AS updated FROM upserted
            SQL, [$rows]);
    }
}
