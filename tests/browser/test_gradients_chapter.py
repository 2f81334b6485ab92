"""The chapter on gradients in a real browser: the picture follows a slider, and a training is watched until it has ended."""

from playwright.sync_api import expect

# The curves of a chart of the page, as they are drawn.
DRAWN = """number => [...document.querySelectorAll(".js-plotly-plot")[number].querySelectorAll("path.js-line")]
    .map(line => line.getAttribute("d"))"""


def test_the_gradient_comes_back_when_the_forget_bias_is_raised(server, page):
    page.goto(f"{server.url}/gradients?lang=en&gradients.seeds=1&gradients.bias=7.5")
    expect(page.get_by_text("The LSTM keeps most")).to_be_visible(timeout=60_000)
    expect(page.locator(".js-plotly-plot path.js-line").first).to_be_attached()
    before = page.evaluate(DRAWN, 0)
    page.locator(".stSlider", has_text="Forget bias (LSTM)").get_by_role("slider").press("ArrowRight")
    expect(page.get_by_text("σ(8)")).to_be_visible()
    page.wait_for_function(f"old => ({DRAWN})(0).join() !== old.join()", arg=before)
    assert "gradients.bias=8" in page.url


def test_a_training_with_and_one_without_clipping_are_watched_to_their_end(server, page):
    page.goto(f"{server.url}/gradients?lang=en&gradients.seeds=1")
    page.get_by_role("button", name="Train both").click(timeout=60_000)
    expect(page.get_by_text("with clipping: survives.")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("without clipping: blown up at update")).to_be_visible()
    page.locator(".stSlider", has_text="Learning rate").get_by_role("slider").press("ArrowLeft")
    page.wait_for_url("**gradients.rate=0.07**")
    expect(page.get_by_text("without clipping: blown up at update")).to_be_visible()


def test_an_lstm_explodes_as_well_and_stays_on_screen_beside_the_plain_network(server, page):
    page.goto(f"{server.url}/gradients?lang=en&gradients.seeds=1&gradients.echo_cell=lstm")
    page.get_by_role("button", name="Train both").click(timeout=60_000)
    expect(page.get_by_text("with clipping: survives.")).to_be_visible(timeout=90_000)
    blown = page.get_by_text("without clipping: blown up at update")
    expect(blown).to_be_visible()
    expect(page.get_by_text("Trained without clipping: ")).to_be_visible()
    cells = page.get_by_test_id("stButtonGroup").filter(has_text="RNN").last
    cells.get_by_text("RNN", exact=True).click()
    expect(page.get_by_text("Without clipping: not trained yet.")).to_be_visible()
    cells.get_by_text("LSTM", exact=True).click()
    expect(blown).to_be_visible()
