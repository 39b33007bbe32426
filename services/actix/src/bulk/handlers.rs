use actix_web::http::Method;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{HttpRequest, HttpResponse, Responder, web};
use sqlx::PgPool;

use super::MEDIA_TYPE;
use super::export::{self, ExportSlots};
use super::import::{self, Upload};
use crate::platform::auth::Admin;
use crate::platform::json::{check_media_type, next_chunk, refuse_length};
use crate::platform::{Problem, Result};

const LARGEST_IMPORT: usize = 10 << 20;

pub async fn import_products(
    _: Admin,
    request: HttpRequest,
    payload: web::Payload,
    pool: web::Data<PgPool>,
) -> Result<impl Responder> {
    check_media_type(request.headers(), MEDIA_TYPE)?;
    refuse_length(&request, LARGEST_IMPORT)?;
    let mut payload = payload.into_inner();
    let mut upload = Upload::default();
    let mut size = 0;
    while let Some(chunk) = next_chunk(&mut payload).await? {
        size += chunk.len();
        if size > LARGEST_IMPORT {
            return Err(Problem::BodyTooLarge);
        }
        upload.take(&chunk)?;
    }
    // Not before the last byte has come does anything ask the database.
    Ok(web::Json(import::apply(&pool, upload.finish()?).await?))
}

pub async fn export_products(
    _: Admin,
    request: HttpRequest,
    pool: web::Data<PgPool>,
    slots: web::Data<ExportSlots>,
) -> Result<HttpResponse> {
    let mut response = HttpResponse::Ok();
    response.insert_header((CONTENT_TYPE, MEDIA_TYPE));
    if request.method() == Method::HEAD {
        return Ok(response.finish());
    }
    Ok(response.streaming(export::stream(&pool, &slots).await?))
}
