"""The journeys of DESIGN section 11, in a browser: nothing is mocked."""

import csv
import io
import math
import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def half_hourly_rides(rows=2016):
    """Like a city's taxi rides: a day and a week in the season, no noise that would make a test a matter of luck."""
    start = datetime(2014, 7, 1)
    lines = ["timestamp,value"]
    for row in range(rows):
        day = math.sin(2 * math.pi * (row % 48) / 48)
        week = 0.3 * math.sin(2 * math.pi * row / 336)
        lines.append(
            f"{start + timedelta(minutes=30 * row):%Y-%m-%d %H:%M:%S},{15000 + 9000 * day + 3000 * week + row % 7:.0f}"
        )
    return "\n".join(lines).encode()


def weekly_gasoline(rows=400):
    """Weekly, newest first, month before day."""
    last = datetime(2021, 4, 30)
    lines = ["Week,Gasoline"]
    for row in range(rows):
        day = last - timedelta(weeks=row)
        lines.append(f"{day:%m/%d/%Y},{9000 + 400 * math.sin(2 * math.pi * day.timetuple().tm_yday / 365) - row:.0f}")
    return "\r\n".join(lines).encode()


def upload(page, name, content):
    page.locator("input[type=file]").first.set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})


def train(page):
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(page).to_have_url(re.compile(r"run="))


def wait_for_result(page):
    expect(page.get_by_text("Scores on the held-out end")).to_be_visible(timeout=120_000)


def percent(page):
    text = page.get_by_text(re.compile(r"\d+ % · (?:epoch|origin)")).inner_text()
    return int(re.search(r"(\d+) %", text)[1])


def downloaded(page, label):
    with page.expect_download() as waiting:
        page.get_by_role("button", name=label).click()
    return waiting.value


def test_upload_train_refresh_stop_download_and_take_the_model_up_again(page, context, server, tmp_path):
    page.goto(f"{server.url}/forecast")
    rides = half_hourly_rides()
    upload(page, "rides.csv", rides)
    expect(page.get_by_text("2,016 rows")).to_be_visible()
    expect(page.get_by_text("every 30 minutes")).to_be_visible()
    train(page)

    page.get_by_text(re.compile(r"\d+ % · (?:epoch|origin)")).wait_for(timeout=60_000)
    first = percent(page)
    page.reload()
    page.get_by_text(re.compile(r"\d+ % · (?:epoch|origin)")).wait_for()
    page.wait_for_function(f"() => +(document.body.innerText.match(/(\\d+) % · (?:epoch|origin)/) || [0, 0])[1] > {first}")
    page.get_by_role("button", name="Stop and forecast").click()
    wait_for_result(page)

    rows = list(csv.DictReader(io.StringIO(downloaded(page, "Forecast (CSV)").path().read_text("utf-8-sig"))))
    assert len(rows) == 48
    assert rows[0]["time"].replace("T", " ").startswith("2014-08-12 00:00")
    assert all(float(row["lower_80"]) <= float(row["forecast"]) <= float(row["upper_80"]) for row in rows)
    model = tmp_path / "rides.safetensors"
    downloaded(page, "Model (safetensors)").save_as(model)

    page.get_by_role("button", name="Other data").click()
    upload(page, "rides.csv", rides)
    page.get_by_text("Start from a saved model").click()
    page.locator("input[type=file][accept*=safetensors]").set_input_files(model)
    page.get_by_role("button", name="Forecast with this model").click()
    wait_for_result(page)
    again = list(csv.DictReader(io.StringIO(downloaded(page, "Forecast (CSV)").path().read_text("utf-8-sig"))))
    assert [row["time"] for row in again] == [row["time"] for row in rows]


def test_weekly_file_in_american_dress_is_told_trained_and_found_again_tomorrow(page, context, server):
    page.goto(f"{server.url}/forecast")
    upload(page, "gasoline.csv", weekly_gasoline())
    expect(page.get_by_text("400 rows")).to_be_visible()
    expect(page.get_by_text("2021-04-30")).to_be_visible()
    train(page)
    wait_for_result(page)
    expect(page.get_by_text(re.compile("it had not seen"))).to_be_visible()

    page.get_by_role("button", name="Share").click()
    link = page.locator("[data-testid=stCode]").inner_text().strip()
    tomorrow = context.new_page()
    tomorrow.goto(server.url)
    expect(tomorrow.get_by_text("gasoline.csv")).to_be_visible()  # the first page names it, too; then it has all its links
    tomorrow.get_by_role("link", name="Runs").click()
    expect(tomorrow.get_by_role("heading", name="Runs")).to_be_visible()
    expect(tomorrow.get_by_text("gasoline.csv")).to_be_visible()
    tomorrow.get_by_role("button", name="Open").first.click()
    wait_for_result(tomorrow)

    stranger = context.browser.new_context(locale="zh-CN").new_page()
    stranger.goto(link)
    expect(stranger.get_by_text("只读链接")).to_be_visible()
    expect(stranger.get_by_text("留出段上的得分")).to_be_visible()
    expect(stranger.get_by_role("button", name="删除")).to_have_count(0)
    stranger.context.close()


def test_a_new_run_is_remembered_without_another_run_of_the_page(page, server):
    """Such a one could come from before the page knew of the run, and take its reader back to the settings."""
    sent = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(bytes(frame))))
    page.goto(f"{server.url}/forecast")
    upload(page, "gasoline.csv", weekly_gasoline())
    expect(page.get_by_text("400 rows")).to_be_visible()
    train(page)
    page.get_by_text(re.compile(r"\d+ % · (?:epoch|origin)")).wait_for(timeout=60_000)
    token = re.search(r"run=([\w-]+)", page.url)[1]
    assert token in page.evaluate("localStorage.getItem('unrolled.runs')")
    assert len(sent) > 1
    assert not [frame for frame in sent if b"tokens" in frame]


def test_run_goes_on_after_the_server_is_killed_and_started_again(page, server):
    page.goto(f"{server.url}/forecast?source=sample&sample=retail_sales")
    train(page)
    page.get_by_text(re.compile(r"\d+ % · (?:epoch|origin)")).wait_for(timeout=60_000)
    link = page.url
    server.kill()
    server.start()
    page.goto(link)
    wait_for_result(page)


def test_language_is_switched_and_kept_in_the_address(page, server):
    page.goto(f"{server.url}/forecast")
    page.get_by_role("radio", name="简体中文").or_(page.get_by_role("button", name="简体中文")).first.click()
    expect(page.get_by_role("heading", name="预测")).to_be_visible()
    expect(page).to_have_url(re.compile("lang=zh"))
    page.get_by_role("link", name="运行记录").click()
    expect(page.get_by_role("heading", name="运行记录")).to_be_visible()
    expect(page).to_have_url(re.compile("lang=zh"))


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("report.csv", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n", "PDF"),
        ("empty.csv", b"", "empty"),
        ("words.csv", b"name,city\nanna,berlin\nben,paris\nada,rome\n", "number"),
        ("one.csv", b"date,value\n2024-01-01,5\n", "row"),
    ],
)
def test_file_that_is_no_series_is_refused_in_one_sentence(page, server, name, content, told):
    page.goto(f"{server.url}/forecast")
    upload(page, name, content)
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text(told, ignore_case=True)
    expect(page.get_by_text("Traceback")).to_have_count(0)
    expect(page.get_by_role("button", name="Train", exact=True)).to_have_count(0)


def test_hostile_column_name_fetches_nothing(page, server):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{server.url}/forecast")
    column = "![i](http://127.0.0.1:9/p.png)<img src=http://127.0.0.1:9/q.png>"
    rows = "\n".join(f"2024-01-{day:02d},{day % 7 + 0.5}" for day in range(1, 32))
    upload(page, "hostile.csv", f"date,{column}\n{rows}\n".encode())
    expect(page.get_by_text("31 rows")).to_be_visible()
    page.wait_for_timeout(1000)
    assert not [url for url in asked if ":9/" in url]


def test_no_page_asks_another_host_for_anything(page, server):
    asked = set()
    page.on("request", lambda request: asked.add(request.url.split("/")[2]) if request.url.startswith("http") else None)
    for path in ("", "/forecast?source=sample&sample=retail_sales", "/runs"):
        page.goto(f"{server.url}{path}")
        page.get_by_role("heading").first.wait_for()
        page.wait_for_timeout(1000)
    assert asked == {server.url.split("/")[2]}
