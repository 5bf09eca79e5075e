//! A flow as text: taken out, and put in again.

use super::*;

/// `GET /office/flows/{line}/flow.toml`
pub(crate) async fn export_flow(
    State(app): State<App>,
    Path(id): Path<String>,
    _colleague: Colleague,
) -> Result<Response, StatusCode> {
    let draft = Draft::read(&app).await.map_err(unavailable)?;
    let text = transfer::written(line(&draft.plan, &id)?.flow.as_ref())?;
    let headers = [
        (CONTENT_TYPE, "application/toml; charset=utf-8".to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{id}.toml\"")),
    ];
    Ok((headers, text).into_response())
}

/// `POST /office/flows/{line}/import`
pub(crate) async fn import_flow(
    State(app): State<App>,
    Path(id): Path<String>,
    colleague: Colleague,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, StatusCode> {
    let words = colleague.words;
    let new = transfer::read::<Flow>(words, Sent(pairs).get("toml")).and_then(|flow| {
        let bad = flow.steps.keys().find(|step| Wrong::short_name(&step.0.replace('_', "-")).is_some());
        bad.map_or(Ok(()), |step| Err(words.fill("check.bad_name", &[("name", &step.0)]))).map(|()| flow)
    });
    let done = match new {
        Ok(new) => {
            change(&app, &colleague, &id, |flow| {
                *flow = new.clone();
                Ok(())
            })
            .await
        }
        Err(why) => Err(NotMade::Unreadable(why)),
    };
    match done {
        Ok(_) => Ok(go(&format!("/office/flows/{id}"))),
        Err(not) => again(&app, &colleague, &id, None, Some(not)).await,
    }
}
