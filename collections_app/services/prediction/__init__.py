"""When open items will be paid: a model learned from the company's own history where it proved better than averages."""

from collections_app.services.prediction.predict import predict_open_items, predicted_items

__all__ = ["predict_open_items", "predicted_items"]
