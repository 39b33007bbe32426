use actix_web::{HttpRequest, Responder, web};
use chrono::Utc;
use serde_json::json;
use sqlx::PgPool;

use super::payment::{self, Event};
use super::signature::Key;
use crate::platform::json::{parse, read};
use crate::platform::{Problem, Result};

pub async fn payment_webhook(
    request: HttpRequest,
    payload: web::Payload,
    key: web::Data<Key>,
    pool: web::Data<PgPool>,
) -> Result<impl Responder> {
    let body = read(&request, payload.into_inner()).await?;
    let id = key.verify(request.headers(), &body, Utc::now().timestamp()).ok_or(Problem::WebhookVerificationFailed)?;
    let event: Event = parse(&body).map_err(|problem| match problem {
        Problem::ValidationFailed(_) => Problem::WebhookRejected,
        problem => problem,
    })?;
    let mut transaction = pool.begin().await?;
    // Of several deliveries at once the others wait here until the first is committed or rejected.
    let inserted = sqlx::query!(
        "INSERT INTO webhook_events (id, type) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING",
        id,
        event.r#type,
    )
    .execute(&mut *transaction)
    .await?;
    let result = match event.reached() {
        _ if inserted.rows_affected() == 0 => "duplicate",
        Some(reached) if payment::apply(&mut transaction, &event, reached).await? => {
            sqlx::query!("UPDATE webhook_events SET result = 'applied' WHERE id = $1", id)
                .execute(&mut *transaction)
                .await?;
            "applied"
        }
        _ => "ignored",
    };
    transaction.commit().await?;
    Ok(web::Json(json!({"result": result})))
}
